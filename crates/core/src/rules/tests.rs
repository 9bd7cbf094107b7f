use super::*;

struct Facts(Value);

impl World for Facts {
    fn fact(&self, path: &str) -> Option<Cow<'_, Value>> {
        lookup(&self.0, path).map(Cow::Borrowed)
    }
    fn group(&self, _: &str) -> Option<&[Value]> {
        None
    }
}

fn fact(tests: Vec<Test>) -> Cond {
    Cond::Fact { path: "a".into(), tests }
}

#[test]
fn the_unknown_never_matches_even_negated() {
    let world = Facts(Value::Null);
    let unknown = || Cond::Unknown;
    let yes = || Cond::And(vec![]);
    let rows = [
        (unknown(), false),
        (Cond::Not(Box::new(unknown())), false),
        (Cond::Nor(vec![unknown()]), false),
        (Cond::Or(vec![unknown(), yes()]), true),
        (Cond::And(vec![unknown(), yes()]), false),
        (fact(vec![Test::Not(vec![Test::Unknown])]), false),
        (fact(vec![Test::Not(vec![Test::Never])]), true),
        (Cond::Or(vec![]), true),
        (Cond::Nor(vec![]), false),
    ];
    for (cond, expected) in rows {
        assert_eq!(holds(&cond, &world), expected, "{cond:?}");
    }
}

#[test]
fn inherited_names_do_not_resolve() {
    let world = Facts(Value::Map(vitrine_wire::Map::new()));
    for path in ["__proto__", "constructor", "toString.length"] {
        assert!(world.fact(path).is_none(), "{path}");
    }
}
