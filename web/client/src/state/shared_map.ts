/** A map that is never changed: a changed one shares all but a sixty-fourth with the one before. In no order. */

const BUCKETS = 64;

export class SharedMap<V> implements ReadonlyMap<string, V> {
  readonly size: number;
  readonly #buckets: readonly ReadonlyMap<string, V>[];

  private constructor(buckets: readonly ReadonlyMap<string, V>[], size: number) {
    this.#buckets = buckets;
    this.size = size;
  }

  static of<V>(entries: Iterable<readonly [string, V]> = []): SharedMap<V> {
    return new SharedMap<V>(new Array(BUCKETS).fill(new Map()), 0).withAll(entries);
  }

  get(key: string): V | undefined {
    return this.#buckets[bucketOf(key)]!.get(key);
  }

  has(key: string): boolean {
    return this.#buckets[bucketOf(key)]!.has(key);
  }

  with(key: string, value: V): SharedMap<V> {
    return this.withAll([[key, value]]);
  }

  /** Each part that changes is copied once, however much of it does. Nothing is where every value is there already. */
  withAll(entries: Iterable<readonly [string, V]>): SharedMap<V> {
    const buckets = [...this.#buckets];
    let size = this.size;
    let isChanged = false;
    for (const [key, value] of entries) {
      const place = bucketOf(key);
      const bucket = buckets[place]!;
      const isKnown = bucket.has(key);
      if (isKnown && bucket.get(key) === value) continue;
      const own = bucket === this.#buckets[place] ? new Map(bucket) : (bucket as Map<string, V>);
      buckets[place] = own.set(key, value);
      size += isKnown ? 0 : 1;
      isChanged = true;
    }
    return isChanged ? new SharedMap(buckets, size) : this;
  }

  without(key: string): SharedMap<V> {
    if (!this.has(key)) return this;
    const place = bucketOf(key);
    const rest = new Map(this.#buckets[place]!);
    rest.delete(key);
    return new SharedMap(this.#buckets.with(place, rest), this.size - 1);
  }

  *entries(): MapIterator<[string, V]> {
    for (const bucket of this.#buckets) yield* bucket.entries();
  }

  *keys(): MapIterator<string> {
    for (const bucket of this.#buckets) yield* bucket.keys();
  }

  *values(): MapIterator<V> {
    for (const bucket of this.#buckets) yield* bucket.values();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this) callback(value, key, this);
  }
}

/** FNV-1a: ids differ in their last characters, and those spread. What is no text is in no bucket's map. */
function bucketOf(key: string): number {
  if (typeof key !== "string") return 0;
  let hash = 0x811c9dc5;
  for (let place = 0; place < key.length; place++) hash = Math.imul(hash ^ key.charCodeAt(place), 0x01000193);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
