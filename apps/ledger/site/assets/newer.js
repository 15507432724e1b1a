// Fills the line that says how many entries are newer than this page. It offers; it never reloads.
const line = document.querySelector('.time__newer');
const known = Number(line?.dataset.known);
if (line && 'EventSource' in window) {
  const source = new EventSource('/events');
  source.addEventListener('entry', ({ data }) => {
    const newer = Number(data) - known;
    if (!(newer > 0)) return;
    const link = Object.assign(document.createElement('a'), { href: location.href, textContent: 'Show them' });
    if (newer === 1) link.textContent = 'Show it';
    line.replaceChildren(`${newer.toLocaleString('en-GB')} ${newer === 1 ? 'entry is' : 'entries are'} newer than this page. `, link);
    line.hidden = false;
  });
  addEventListener('pagehide', () => source.close());
}
