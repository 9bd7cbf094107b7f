import { Component, useEffect, useLayoutEffect, useReducer, useRef, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { change, filterOf, shown } from "./todos.js";

function Churn() {
  const ref = useRef(null);
  const [turn, again] = useReducer(n => n + 1, 0);
  useEffect(() => {
    const observer = new MutationObserver(() => {
      if (ref.current.textContent === "own churn") return;
      window.__churned = (window.__churned ?? 0) + 1;
      again();
    });
    observer.observe(ref.current, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, []);
  // React leaves alone what it thinks it has rendered: another key makes it new.
  return <div data-vitrine-slot="churn" ref={ref}><b key={turn}>own churn</b></div>;
}

export function App({ initial = [] }) {
  const [todos, act] = useReducer(change, initial);
  const [filter, setFilter] = useState("all");
  const [text, setText] = useState("");
  useLayoutEffect(() => {
    const route = () => setFilter(filterOf(location.hash));
    addEventListener("hashchange", route);
    route();
    return () => removeEventListener("hashchange", route);
  }, []);
  const left = todos.filter(todo => !todo.done).length;
  return <main>
    <section data-vitrine-slot="banner"><h2>own banner</h2></section>
    <input className="new-todo" value={text} onChange={event => setText(event.target.value)}
      onKeyDown={event => { if (event.key === "Enter" && text.trim()) { act({ add: text.trim() }); setText(""); } }} />
    <ul className="todo-list">{shown(todos, filter).map(todo => <li key={todo.id} className={todo.done ? "completed" : ""} data-vitrine-slot="line">
      <input className="toggle" type="checkbox" checked={todo.done} onChange={() => act({ toggle: todo.id })} />
      <label>{todo.text}</label> <button className="destroy" onClick={() => act({ remove: todo.id })}>×</button></li>)}</ul>
    <footer><span className="todo-count" data-vitrine-slot="count"><strong>{left}</strong> left</span>
      {["all", "active", "completed"].map(name => <a key={name} href={`#/${name}`}>{name}</a>)}
      {todos.some(todo => todo.done) && <button className="clear" onClick={() => act({ clear: true })}>Clear</button>}</footer>
    <p key={filter} data-vitrine-slot="tip">own tip of {filter}</p>
    <Churn />
  </main>;
}

/** What it must not come to: React takes the whole application away when something throws while it renders. */
class Guard extends Component {
  state = {};
  static getDerivedStateFromError = error => ({ error: String(error) });
  render() { return this.state.error ? <p id="crashed">{this.state.error}</p> : this.props.children; }
}

if (typeof document !== "undefined") {
  const root = document.querySelector("#app");
  const app = <Guard><App /></Guard>;
  if (root.firstElementChild) hydrateRoot(root, app, { onRecoverableError: error => { (window.__recovered ??= []).push(String(error)); } });
  else createRoot(root).render(app);
}
