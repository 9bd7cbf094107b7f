#[test]
fn the_description_is_what_was_agreed() {
    insta::assert_json_snapshot!(vitrine_server::routes::document());
}
