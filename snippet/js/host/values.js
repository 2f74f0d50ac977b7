/*
 * Reading and making values of the page's language. Nothing in here throws, whatever the value is.
 */

/** One property of whatever it is; nothing if it has none. */
export function property(value, key) {
  try {
    return value[key];
  } catch {
    return undefined;
  }
}

/** An object without properties. */
export function object() {
  return {};
}

/** Sets one property; a frozen object stays as it is. */
export function set_property(object, key, value) {
  try {
    object[key] = value;
  } catch {
    // Strict mode says so by throwing.
  }
}

/** A list without items, and an item at its end. */
export function list() {
  return [];
}
export function push(list, item) {
  list.push(item);
}
