// Follows the ledger: asks every second for the number of its last entry, which costs the server one look.
// Only while the page is seen; less and less often while the server does not answer.
const EVERY = 1000;
const LONGEST = 30000;

export class Live {
  constructor(marker, changed) {
    this.address = marker.dataset.live;
    this.head = marker.dataset.head;
    this.changed = changed;
    this.wait = EVERY;
    document.addEventListener("visibilitychange", () => this.look());
    this.plan();
  }

  // What the page shows by now; a change of our own need not be fetched twice.
  seen(head) {
    if (head && Number(head) > Number(this.head)) this.head = head;
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.wait);
  }

  async look() {
    clearTimeout(this.timer);
    if (document.hidden) return;
    try {
      const answer = await fetch(this.address, {
        cache: "no-store",
        headers: { "If-None-Match": `"${this.head}"`, "HX-Request": "true" },
      });
      if (answer.status === 401) return;
      this.wait = answer.ok || answer.status === 304 ? EVERY : Math.min(this.wait * 2, LONGEST);
      if (answer.status === 200) await this.follow(await answer.text());
    } catch {
      this.wait = Math.min(this.wait * 2, LONGEST);
    }
    this.plan();
  }

  async follow(head) {
    if (head === this.head) return;
    if (await this.changed()) this.seen(head);
  }
}
