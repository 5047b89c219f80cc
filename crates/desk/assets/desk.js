// The desk, livelier. Every page works without this file. It brings ids and counts to life: rows morph in place, the list
// never moves under the reader, countdowns tick, the guard looks while one types, keys act. No eval, no inline, no library.
'use strict';
(() => {
  const $ = (css, root = document) => root.querySelector(css);
  const $$ = (css, root = document) => [...root.querySelectorAll(css)];
  const { body } = document;
  const words = JSON.parse(body.dataset.words || '{}');
  const fill = (pattern, value) => (pattern || '').replace('%', value);
  document.documentElement.classList.add('live');
  // A case's page may be the answer to a form, at an address that only takes forms: it lives at the case's own.
  const atCase = /^\/case\/\d+/.exec(location.pathname)?.[0];
  // A picture that was opened stays open when the page is brought up to date.
  const opened = /[?&](open=[\w.-]+)/.exec(location.search)?.[1];
  const here = atCase ? atCase + (opened ? '?' + opened : '') : location.pathname + location.search;

  // ---- speaking: one polite thing per ten seconds, an assertive one at once
  let spokeAt = 0;
  const say = (text) => {
    if (Date.now() - spokeAt < 10000 || !$('#live')) return;
    spokeAt = Date.now();
    $('#live').textContent = text;
  };
  const announced = new Set((sessionStorage.getItem('alarms') || '').split(' '));
  // In a page that nobody looks at nothing is spoken; its title counts, and it speaks when it is looked at again.
  const alarm = (numbers) => {
    const fresh = numbers.map(String).filter((id) => id && !announced.has(id));
    if (!fresh.length || !$('#alert') || document.hidden) return;
    fresh.forEach((id) => announced.add(id));
    sessionStorage.setItem('alarms', [...announced].join(' '));
    $('#alert').textContent = words.alarm;
    if ('sounds' in body.dataset) ring();
  };
  // Two soft tones, made here. Browsers let a page be heard only after somebody has clicked or typed in it.
  let ears = null;
  const wake = () => { if ('AudioContext' in window) { ears ??= new AudioContext(); ears.resume(); } };
  const ring = () => {
    if (!ears || ears.state !== 'running') return;
    for (const [at, hertz] of [[0, 660], [.28, 880], [.9, 660], [1.18, 880]]) {
      const tone = ears.createOscillator(), loud = ears.createGain(), from = ears.currentTime + at;
      tone.frequency.value = hertz;
      loud.gain.setValueAtTime(0, from);
      loud.gain.linearRampToValueAtTime(.25, from + .03);
      loud.gain.exponentialRampToValueAtTime(.001, from + .26);
      tone.connect(loud).connect(ears.destination);
      tone.start(from);
      tone.stop(from + .27);
    }
  };
  for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, () => { if ('sounds' in body.dataset) wake(); }, { passive: true });

  // ---- time: the server's clock rules; seconds are shown under two minutes
  const skew = body.dataset.now ? Number(body.dataset.now) - Date.now() : 0;
  const span = (ms) => {
    const s = Math.max(0, Math.floor(ms / 1000)), p = (n) => String(n).padStart(2, '0'), sp = '\u00a0';
    if (s < 120) return Math.floor(s / 60) + ':' + p(s % 60);
    const d = Math.floor(s / 86400), h = Math.floor(s % 86400 / 3600), m = Math.floor(s % 3600 / 60);
    if (d) return d + sp + words.d + ' ' + h + sp + words.h + ' ' + p(m) + sp + 'min';
    return h ? h + sp + words.h + ' ' + p(m) + sp + 'min' : m + sp + 'min';
  };
  const tick = () => {
    for (const el of $$('[data-until]')) {
      const left = Number(el.dataset.until) - Date.now() - skew;
      if (el.localName === 'progress') { el.value = Math.max(0, left / 1000); continue; }
      const text = 'left' in el.dataset ? fill(words.left, span(left)) : span(left);
      if (el.textContent !== text) el.textContent = text;
      if (!('soon' in el.dataset) || el.dataset.done) continue;
      if (left <= 0) { el.dataset.done = '1'; spokeAt = 0; say(words.gone); later(2500); }
      else if (left <= 30000 && !el.dataset.told) { el.dataset.told = '1'; say(words.soon); }
    }
  };

  // ---- morphing: by id, in place; open details, focus and what is being written survive
  const dirty = new Set();
  const busy = (el) => 'guarded' in el.dataset && (el.contains(document.activeElement) || [...dirty].some((d) => el.contains(d)) || $('details.act[open]', el));
  const morph = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== 1 || old.nodeName !== fresh.nodeName) { old.replaceWith(fresh.cloneNode(true)); return; }
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
    for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const same = child.id && [...old.children].find((c) => c.id === child.id);
      if (same && same !== at) old.insertBefore(same, at);
      const mate = same || at;
      if (!mate) { old.append(child.cloneNode(true)); continue; }
      at = mate.nextSibling;
      if (mate.nodeType === child.nodeType && mate.nodeType !== 1) { if (mate.data !== child.data) mate.data = child.data; }
      else morph(mate, child);
    }
    while (at) { const next = at.nextSibling; at.remove(); at = next; }
  };
  const changed = new Set();
  let pending = 0;
  const later = (ms = 800) => { if (!pending) pending = setTimeout(() => { pending = 0; refresh(); }, ms); };
  const refresh = async () => {
    if (document.hidden) return;
    const answer = await fetch(here, { headers: { 'X-Desk': 'live' }, credentials: 'same-origin' }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return lost();
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const wasPaused = !!$('#paused');
    for (const el of $$('[data-live][id]')) {
      const fresh = page.getElementById(el.id);
      if (fresh && !busy(el)) morph(el, fresh);
    }
    for (const row of $$('[data-rows] .item')) {
      const fresh = page.getElementById(row.id);
      if (fresh && !row.contains(document.activeElement)) morph(row, fresh);
      // Left the list, for instance resolved by somebody: the row keeps its place and no longer claims what was.
      else if (!fresh && changed.has(row.dataset.case)) {
        row.classList.remove('alarm', 'unread');
        const line = $('.l3', row);
        if (line && line.textContent !== words.rowChanged) line.textContent = words.rowChanged;
      }
    }
    if (!wasPaused && $('#paused p')) $('#alert').textContent = $('#paused p').textContent;
    alarm((page.body.dataset.alarms || '').split(' '));
    tick();
  };

  // ---- events: ids and counts, never text
  const pill = (n) => {
    const slot = $('#new-posts');
    if (!slot) return;
    const link = $('a', slot) || slot.appendChild(Object.assign(document.createElement('a'), { className: 'new', href: here }));
    link.textContent = n === 1 ? words.new1 : fill(words.newN, n);
  };
  const card = () => {
    if ($('#changed-live')) return;
    const box = Object.assign(document.createElement('p'), { id: 'changed-live', className: 'told is-hold' });
    box.setAttribute('role', 'status');
    const link = Object.assign(document.createElement('a'), { href: here + '#decision', textContent: words.show });
    box.append(words.changed + ' ' + words.changedKept + ' ', link);
    $('#compose')?.before(box);
  };
  let lostAt = 0, heard = Date.now(), fresh = 0, pillAt = 0;
  const lost = () => {
    const line = $('#lost');
    if (!line || !line.hidden) return;
    const at = new Date(heard).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    const link = Object.assign(document.createElement('a'), { href: here, textContent: words.reload });
    line.replaceChildren(fill(words.lost, at) + ' ', link);
    line.hidden = false;
  };
  const counted = (told) => {
    document.title = (told.now > 0 ? '(' + told.now + ') ' : '') + document.title.replace(/^\(\d+\) /, '');
    alarm(told.alarms || []);
  };
  let source = null;
  const listen = () => {
    source = new EventSource(body.dataset.events);
    const well = () => { heard = Date.now(); lostAt = 0; if ($('#lost')) $('#lost').hidden = true; };
    source.addEventListener('open', well);
    source.addEventListener('error', () => { lostAt = lostAt || Date.now(); });
    source.addEventListener('tick', (event) => {
      well();
      const told = JSON.parse(event.data);
      counted(told);
      for (const id of told.changed || []) changed.add(String(id));
      fresh += told.new || 0;
      if (fresh && Date.now() - pillAt > 10000) { pillAt = Date.now(); pill(fresh); }
      else if (fresh) setTimeout(() => pill(fresh), 10000);
      if ((told.changed || []).includes(Number(body.dataset.case)) && dirty.size) card();
      later();
    });
  };
  // A browser holds six lines to a host: a page that nobody looks at gives its own back and asks for the counts now and then.
  document.addEventListener('visibilitychange', () => {
    if (!body.dataset.events || !window.EventSource) return;
    source?.close();
    lostAt = 0;
    if (!document.hidden) { listen(); later(100); }
  });
  const glance = async () => {
    if (!document.hidden || !body.dataset.events) return;
    const answer = await fetch('/events/now', { headers: { 'X-Desk': 'live' }, credentials: 'same-origin' }).catch(() => null);
    if (answer?.ok && !answer.redirected) counted(await answer.json());
  };

  // ---- the guard looks while one types; without script the button "check" does the same
  const compose = () => $('#compose');
  let wait = 0, asking = null, looked = compose() ? $('#text')?.value : null;
  const find = async () => {
    const form = compose();
    if (!form) return;
    asking?.abort();
    const mine = asking = new AbortController(), text = $('#text').value;
    const answer = await fetch(form.dataset.find, { method: 'POST', body: new URLSearchParams(new FormData(form)), signal: mine.signal, credentials: 'same-origin' }).catch(() => null);
    const told = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : null;
    // Only what was said of the text as it stands now is shown: the latest wins.
    if (told === null || mine.signal.aborted || $('#text').value !== text) return;
    const part = new DOMParser().parseFromString(told, 'text/html');
    looked = text;
    for (const css of ['#mirror', '#guard', '#taken', '#compose .decide', '#submit-why']) {
      const old = $(css), now = $(css.replace('#compose ', ''), part);
      if (old && now && !old.contains(document.activeElement)) morph(old, now);
    }
  };
  document.addEventListener('input', (event) => {
    const el = event.target;
    if (!el.form || el.form.method !== 'post') return;
    dirty.add(el);
    if (el.id !== 'text' && !(el.name === 'form' && compose())) return;
    // Old marks would lie under other words: they go until the guard has looked again.
    if (el.id === 'text') $('#mirror').textContent = el.value + '\n';
    clearTimeout(wait);
    wait = setTimeout(find, 300);
  });
  // A repair is made in place, so that the browser's own undo takes it back; the focus goes to the text, behind what was put.
  const mend = (button) => {
    const text = $('#text');
    if (!text || text.value !== looked) return false;
    const points = [...text.value], { put } = button.dataset;
    let [from, to] = [Number(button.dataset.start), Number(button.dataset.end)];
    if (!put && (from === 0 || /\s/.test(points[from - 1]))) while (points[to] === ' ') to += 1;
    const at = (n) => points.slice(0, n).join('').length;
    text.focus();
    text.setSelectionRange(at(from), at(to));
    if (!(put ? document.execCommand('insertText', false, put) : document.execCommand('delete'))) return false;
    spokeAt = 0;
    say(words.mended);
    clearTimeout(wait);
    find();
    return true;
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('#compose [name=repair][data-put]');
    if (button && mend(button)) event.preventDefault();
  });
  // Another form of the page takes the reader away: what stands in the composer is kept as a draft first. If that fails,
  // the browser asks before anything is lost.
  const keep = async (pen) => {
    const answer = await fetch(pen.dataset.draft, { method: 'POST', body: new URLSearchParams(new FormData(pen)), credentials: 'same-origin' }).catch(() => null);
    if (!answer || !answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return $('#compose', page);
  };
  document.addEventListener('submit', async (event) => {
    const form = event.target, pen = compose(), { submitter } = event;
    const wrote = pen && form !== pen && form.method === 'post' && [...dirty].some((el) => el.form === pen) && $('#text', pen).value.trim();
    if (!wrote || form.dataset.kept) {
      delete form.dataset.kept;
      for (const el of dirty) if (el.form === form) dirty.delete(el);
      return;
    }
    event.preventDefault();
    const kept = await keep(pen);
    if (kept) {
      for (const el of dirty) if (el.form === pen) dirty.delete(el);
      // Keeping the draft has made the page old by itself; a form made from the same state is not late for that.
      const [was, mine, now] = [pen, form, kept].map((one) => $('input[name=seen]', one));
      if (mine && was && now && mine.value === was.value) mine.value = now.value;
    }
    form.dataset.kept = '1';
    form.requestSubmit(submitter);
  });
  // So does a link that leads to a page about a finding.
  document.addEventListener('click', async (event) => {
    const link = event.target.closest?.('a[data-away]'), pen = compose();
    if (!link || event.ctrlKey || event.metaKey || !pen || ![...dirty].some((el) => el.form === pen) || !$('#text', pen).value.trim()) return;
    event.preventDefault();
    if (await keep(pen)) for (const el of dirty) if (el.form === pen) dirty.delete(el);
    go(link.href);
  });
  addEventListener('beforeunload', (event) => { if ([...dirty].some((el) => el.id === 'text')) event.preventDefault(); });

  // ---- keys: off while typing, off for who does not want them
  const openAct = (id) => {
    const el = document.getElementById(id);
    if (!el) return false;
    if (el.localName === 'details') el.open = true;
    const to = el.matches('input, textarea') ? el : $('input:not([type=hidden]), select, textarea', el);
    el.closest('details')?.setAttribute('open', '');
    to?.focus();
    return true;
  };
  const rows = () => $$('[data-rows] .item a.say');
  const current = () => document.activeElement?.closest('.item') || $('.item[aria-current]');
  const go = (href) => { location.href = href; };
  const step = (by) => {
    const list = rows();
    if (list.length) {
      const at = list.findIndex((a) => a.closest('.item') === current());
      list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
      return;
    }
    const seen = (sessionStorage.getItem('list') || '').split(' ');
    const next = seen[seen.indexOf(body.dataset.case) + by];
    if (next && seen.includes(body.dataset.case)) go('/case/' + next);
  };
  // On a case the act opens here; in a list it opens on the chosen case.
  const act = (id) => {
    const chosen = document.activeElement?.closest('.item');
    const elsewhere = chosen && chosen.dataset.case !== body.dataset.case;
    const a = current() && $('a.say', current());
    if (elsewhere || !openAct(id)) { if (a) go(a.href + '#' + id); }
  };
  const press = (css) => { const el = $(css); if (el) { el.click(); return true; } return false; };
  const queue = (q) => go('/inbox?' + (body.dataset.site ? 'site=' + encodeURIComponent(body.dataset.site) + '&' : '') + 'q=' + q);
  let g = 0;
  const KEYS = {
    j: () => step(1), k: () => step(-1), o: () => { const a = current() && $('a.say', current()); a ? a.click() : press('.open .btn[href]'); },
    a: () => press('[data-key=a]') || act('assign'), h: () => act('hold'), u: () => act('release'), l: () => act('label'), n: () => act('note'), r: () => act('text'),
    '.': () => press('#new-posts a'), '/': () => openAct('q'), z: () => press('#leaving form button'), '?': () => go('/keys'),
    g: () => { g = Date.now(); },
  };
  const GO = { n: 'now', w: 'waiting', s: 'silent', d: 'done' };
  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input:not([type=checkbox], [type=radio]), textarea, select');
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.form?.id === 'compose') {
      const form = compose();
      form.requestSubmit($('[data-submit]', form) || $('[data-check]', form));
      event.preventDefault();
    } else if (event.key === 'Escape') {
      const open = $$('details.act[open], details.site[open], details.menu[open]').pop();
      if (typing && !open) event.target.blur();
      else if (open) { open.open = false; $('summary', open).focus(); }
      else if ('keys' in body.dataset) press('[data-back]');
    } else if (!typing && 'keys' in body.dataset && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const target = Date.now() - g < 1500 && GO[event.key];
      g = 0;
      if (target) { event.preventDefault(); queue(target); }
      else if (Object.hasOwn(KEYS, event.key)) { event.preventDefault(); KEYS[event.key](); }
    }
  });

  // ---- what was unfolded stays so while the browser is open; words selected in a text are put where they are asked for
  const unfolded = new Set((sessionStorage.getItem('soft') || '').split(' '));
  for (const el of $$('details[data-soft]')) if (unfolded.has(el.dataset.soft)) el.open = true;
  document.addEventListener('toggle', (event) => {
    const id = event.target.dataset?.soft;
    if (!id) return;
    if (event.target.open) unfolded.add(id); else unfolded.delete(id);
    sessionStorage.setItem('soft', [...unfolded].join(' '));
  }, true);
  document.addEventListener('selectionchange', () => {
    const chosen = getSelection(), to = $('#mark-words');
    if (to && chosen.toString().trim() && $('#mark-text')?.contains(chosen.anchorNode) && $('#mark-text').contains(chosen.focusNode)) to.value = chosen.toString().trim();
  });

  // ---- small things
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-sound]')) { wake(); ears?.resume().then(ring); }
    const copy = event.target.closest('[data-copy]');
    if (copy) navigator.clipboard?.writeText(document.getElementById(copy.dataset.copy).value).then(() => { copy.textContent = words.copied; });
    for (const open of $$('details.site[open], details.menu[open], .top details.act[open]')) if (!open.contains(event.target)) open.open = false;
  });
  const list = $$('[data-rows] .item').map((row) => row.dataset.case);
  if (list.length) sessionStorage.setItem('list', list.join(' '));
  if (/^#(hold|release|label|note|text|assign)$/.test(location.hash)) openAct(location.hash.slice(1));
  // What came back from a check is typed and not stored.
  if (compose()?.matches('[data-unsaved]')) dirty.add($('#text'));
  alarm((body.dataset.alarms || '').split(' '));
  tick();
  setInterval(glance, 30000);
  setInterval(() => { tick(); if (lostAt && Date.now() - lostAt > 10000) lost(); }, 1000);
  if (body.dataset.events && window.EventSource && !document.hidden) listen();
})();
