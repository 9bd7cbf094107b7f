// What the four applications share: the list itself.

let next = 0;

export const change = (todos, { add, toggle, remove, clear }) => {
  if (add) return [...todos, { id: ++next, text: add, done: false }];
  if (clear) return todos.filter(todo => !todo.done);
  if (remove) return todos.filter(todo => todo.id !== remove);
  return todos.map(todo => (todo.id === toggle ? { ...todo, done: !todo.done } : todo));
};

export const filterOf = hash => /^#\/(active|completed)$/.exec(hash)?.[1] ?? "all";
export const shown = (todos, filter) => todos.filter(todo => filter === "all" || todo.done === (filter === "completed"));
