import $ from "jquery";
import { change, filterOf, shown } from "./todos.js";

let todos = [];
const act = what => { todos = change(todos, what); draw(); };

$("#app").html(`<main>
  <section data-vitrine-slot="banner"><h2>own banner</h2></section>
  <input class="new-todo"><ul class="todo-list"></ul>
  <footer><span class="todo-count" data-vitrine-slot="count"><strong>0</strong> left</span>
    ${["all", "active", "completed"].map(name => `<a href="#/${name}">${name}</a>`).join("")} <button class="clear" hidden>Clear</button></footer>
  <div id="tip"></div><div data-vitrine-slot="churn"><b>own churn</b></div></main>`);

function draw() {
  const filter = filterOf(location.hash);
  $(".todo-list").empty().append(shown(todos, filter).map(todo => $("<li>").attr("data-vitrine-slot", "line").toggleClass("completed", todo.done).data("id", todo.id)
    .append($("<input class=toggle type=checkbox>").prop("checked", todo.done), $("<label>").text(todo.text), $("<button class=destroy>").text("×"))));
  $(".todo-count strong").text(todos.filter(todo => !todo.done).length);
  $(".clear").prop("hidden", !todos.some(todo => todo.done));
  $("#tip").empty().append($("<p>").attr("data-vitrine-slot", "tip").text(`own tip of ${filter}`));
}

$(".new-todo").on("keydown", event => {
  const text = event.target.value.trim();
  if (event.key !== "Enter" || !text) return;
  event.target.value = "";
  act({ add: text });
});
const id = event => $(event.target).closest("li").data("id");
$(".todo-list").on("change", ".toggle", event => act({ toggle: id(event) })).on("click", ".destroy", event => act({ remove: id(event) }));
$(".clear").on("click", () => act({ clear: true }));
$(window).on("hashchange", draw);
new MutationObserver(() => {
  if ($("[data-vitrine-slot=churn]").text() === "own churn") return;
  window.__churned = (window.__churned ?? 0) + 1;
  $("[data-vitrine-slot=churn]").html("<b>own churn</b>");
}).observe($("[data-vitrine-slot=churn]")[0], { childList: true, subtree: true, characterData: true });
draw();
