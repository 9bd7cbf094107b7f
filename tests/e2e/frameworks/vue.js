import { createApp } from "vue/dist/vue.esm-bundler.js";
import { change, filterOf, shown } from "./todos.js";

const Churn = {
  data: () => ({ turn: 0 }),
  mounted() {
    new MutationObserver(() => {
      if (this.$el.textContent === "own churn") return;
      window.__churned = (window.__churned ?? 0) + 1;
      this.turn++;
    }).observe(this.$el, { childList: true, subtree: true, characterData: true });
  },
  template: `<div data-vitrine-slot="churn"><b :key="turn">own churn</b></div>`,
};

createApp({
  components: { Churn },
  data: () => ({ todos: [], filter: "all", text: "" }),
  computed: {
    list() { return shown(this.todos, this.filter); },
    left() { return this.todos.filter(todo => !todo.done).length; },
    done() { return this.todos.some(todo => todo.done); },
  },
  methods: {
    act(what) { this.todos = change(this.todos, what); },
    add() { if (this.text.trim()) { this.act({ add: this.text.trim() }); this.text = ""; } },
  },
  created() {
    const route = () => { this.filter = filterOf(location.hash); };
    addEventListener("hashchange", route);
    route();
  },
  template: `<main>
    <section data-vitrine-slot="banner"><h2>own banner</h2></section>
    <input class="new-todo" v-model="text" @keydown.enter="add">
    <ul class="todo-list"><li v-for="todo in list" :key="todo.id" :class="{ completed: todo.done }" data-vitrine-slot="line">
      <input class="toggle" type="checkbox" :checked="todo.done" @change="act({ toggle: todo.id })">
      <label>{{ todo.text }}</label> <button class="destroy" @click="act({ remove: todo.id })">×</button></li></ul>
    <footer><span class="todo-count" data-vitrine-slot="count"><strong>{{ left }}</strong> left</span>
      <a v-for="name in ['all', 'active', 'completed']" :key="name" :href="'#/' + name">{{ name }}</a>
      <button v-if="done" class="clear" @click="act({ clear: true })">Clear</button></footer>
    <p :key="filter" data-vitrine-slot="tip">own tip of {{ filter }}</p>
    <Churn />
  </main>`,
}).mount("#app");
