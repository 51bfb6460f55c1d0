/** Counts events, second by second, over the last minute. */
export class Rate {
  private readonly seconds = new Array<number>(60).fill(0);
  private last: number;
  private readonly first: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.first = this.last = this.second();
  }

  add(count = 1): void {
    const second = this.forward();
    this.seconds[second % 60] = (this.seconds[second % 60] ?? 0) + count;
  }

  /** Events per second on average, over the minute or over the time since the start. */
  average(): number {
    const second = this.forward();
    const sum = this.seconds.reduce((total, count) => total + count, 0);
    return sum / Math.min(60, second - this.first + 1);
  }

  private second(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Forgets the seconds that have gone by without a count. */
  private forward(): number {
    const second = this.second();
    for (let gone = Math.max(this.last, second - 60) + 1; gone <= second; gone++) this.seconds[gone % 60] = 0;
    this.last = second;
    return second;
  }
}
