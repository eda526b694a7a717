/** All areas in English, as one file for the browser. */
const areas = import.meta.glob<Record<string, string>>("./en/*.json", { import: "default", eager: true });

export default Object.assign({}, ...Object.values(areas)) as Record<string, string>;
