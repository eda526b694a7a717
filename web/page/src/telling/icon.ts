/** The tab's title and icon say how much is unread, also where only a corner of them is seen. */
const SIZE = 64;
const COUNT_MAX = 99;
let plain: HTMLImageElement | undefined;
let shown = -1;

export function showUnread(total: number): void {
  if (total === shown) return;
  shown = total;
  document.title = total > 0 ? `(${total}) Parley` : "Parley";
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  if (total > 0) void draw(link, total);
  else link.href = "/icon.svg";
}

async function draw(link: HTMLLinkElement, total: number): Promise<void> {
  if (!plain) {
    plain = new Image(SIZE, SIZE);
    plain.src = "/icon.svg";
  }
  await plain.decode();
  if (total !== shown) return;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.drawImage(plain, 0, 0, SIZE, SIZE);
  const said = total > COUNT_MAX ? `${COUNT_MAX}+` : String(total);
  const height = SIZE * 0.6;
  const width = Math.max(height, height * 0.5 + said.length * height * 0.42);
  pen.fillStyle = "#c62a4b";
  pen.strokeStyle = "#fff";
  pen.lineWidth = 3;
  pen.beginPath();
  pen.roundRect(SIZE - width - 1.5, SIZE - height - 1.5, width, height, height / 2);
  pen.fill();
  pen.stroke();
  pen.fillStyle = "#fff";
  pen.font = `bold ${height * 0.72}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(said, SIZE - width / 2 - 1.5, SIZE - height / 2);
  link.type = "image/png";
  link.href = canvas.toDataURL("image/png");
}
