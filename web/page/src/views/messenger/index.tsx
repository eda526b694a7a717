export default function Messenger() {
  return <main />;
}
