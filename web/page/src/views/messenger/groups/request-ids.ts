/** The same id for the same request, so that trying again makes nothing twice; another for another. */
export function requestIds(): (request: unknown) => string {
  let asked = "";
  let id = "";
  return (request) => {
    const now = JSON.stringify(request);
    if (now !== asked) {
      asked = now;
      id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    return id;
  };
}
