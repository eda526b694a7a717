/** All areas in Italian, as one file for the browser. */
const areas = import.meta.glob<Record<string, string>>("./it/*.json", { import: "default", eager: true });

export default Object.assign({}, ...Object.values(areas)) as Record<string, string>;
