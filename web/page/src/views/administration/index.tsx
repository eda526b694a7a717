export default function Administration() {
  return <main />;
}
