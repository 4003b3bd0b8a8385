/** What only a disk can do: links, hidden names, keys that climb out, several writers. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile, symlink, utimes } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openFolderBucket } from '../src/stores/embedded/folder.ts';
import { localSource, localStore } from '../src/stores/local.ts';
import { openSource } from '../src/stores/open.ts';
import { bytesOf, failure, type Places, startPlaces } from './support/places.ts';

let places: Places;

before(async () => {
  places = await startPlaces();
});

after(() => places.stop());

test('hidden names, circles and what is not a file are skipped; a link to nowhere is not lost', async () => {
  const place = await places.localPlace();
  for (const name of ['a.json', '.hidden.json', '.git/b.json', 'sub/c.json']) await place.upload(name, Buffer.from(name));
  await symlink('..', join(place.uri, 'sub/up'));
  await symlink('../a.json', join(place.uri, 'sub/linked.json'));
  await symlink('missing', join(place.uri, 'nowhere.json'));
  assert.deepEqual(await place.list(), ['a.json', 'nowhere.json', 'sub/c.json', 'sub/linked.json']);
  await assert.rejects(place.open('nowhere.json'), failure('not_found', /nowhere\.json/));
});

test('a link that leads to itself is listed as one to nowhere is, and hides nothing else', async () => {
  const place = await places.localPlace();
  for (const name of ['a.json', 'z.json']) await place.upload(name, Buffer.from(name));
  await symlink('loop', join(place.uri, 'loop'));
  assert.deepEqual(await place.list(), ['a.json', 'loop', 'z.json']);
  assert.deepEqual(await place.list(`${place.uri}/*`), ['a.json', 'loop', 'z.json']);
  await assert.rejects(place.open('loop'), failure('not_found', /loop: a link that leads to itself/));
  const bucket = openFolderBucket(place.uri);
  assert.equal(await bucket.head('loop'), undefined);
});

test('a pipe, a socket and a device are no files, and nothing waits for them', async () => {
  const place = await places.localPlace();
  await place.upload('a.json', Buffer.from('{}'));
  execFileSync('mkfifo', [join(place.uri, 'pipe')]);
  await symlink('pipe', join(place.uri, 'linked'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(place.uri, 'socket'), resolve));
  assert.deepEqual(await place.list(), ['a.json']);
  await assert.rejects(place.open('pipe'), failure('not_found', /pipe: a pipe, and no file/));
  for (const [path, kind] of [
    [join(place.uri, 'pipe'), 'a pipe'],
    [join(place.uri, 'linked'), 'a pipe'],
    [join(place.uri, 'socket'), 'a socket'],
    ['/dev/null', 'a device'],
  ] as const) {
    await assert.rejects(openSource(path), failure('not_found', new RegExp(`${kind}, and no file; .* with - as the place`)));
  }
  await new Promise((resolve) => server.close(resolve));
});

test('a root that does not exist is refused before anything is read', async () => {
  const place = await places.localPlace();
  const missing = join(place.uri, 'nowhere');
  await assert.rejects(openSource(missing), failure('not_found', /nowhere: no such file or folder$/));
});

test('a file touched without new bytes is changed too: its date is part of where outputs go', async () => {
  const place = await places.localPlace();
  await place.upload('a.json', Buffer.from('{}'));
  const object = await place.open('a.json');
  await utimes(join(place.uri, 'a.json'), 1, 1);
  await assert.rejects(bytesOf(object), failure('changed', /a\.json: changed while it was read/));
});

for (const key of ['../out.json', 'a/../../out.json', '/etc/out.json', '', '.', 'a//b', 'a/./b', 'nul\0.json']) {
  test(`the key ${JSON.stringify(key)} is refused for reading and writing`, async () => {
    const place = await places.localPlace();
    await assert.rejects(localStore(place.uri).put(key, [Buffer.from('x')]), failure('denied', /does not name a file below/));
    const source = await localSource(place.uri);
    await assert.rejects(source.open({ bucket: 'file', key }), failure('denied', /does not name a file below/));
  });
}

test('writers of the same key at the same time leave one of their contents, whole', async () => {
  const place = await places.localPlace();
  const contents = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(4 * 1024 * 1024, letter));
  await Promise.all(contents.map((content) => localStore(place.uri).put('x/same.bin', [content])));
  const found = await readFile(join(place.uri, 'x/same.bin'));
  assert.ok(contents.some((content) => content.equals(found)));
  assert.deepEqual(await readdir(join(place.uri, 'x')), ['same.bin']);
});

test('a put that fails says why and leaves nothing behind', async () => {
  const place = await places.localPlace();
  await place.upload('folder/inside.json', Buffer.from('{}'));
  await place.upload('file', Buffer.from('{}'));
  const store = localStore(place.uri);
  await assert.rejects(
    store.put('folder', [Buffer.from('x')]),
    failure('unavailable', /folder: cannot write it, it is a folder/),
  );
  await assert.rejects(
    store.put('file/below', [Buffer.from('x')]),
    failure('unavailable', /below: a part of this path is a file/),
  );
  assert.deepEqual((await readdir(place.uri)).sort(), ['file', 'folder']);
});

test('what a killed run was writing is removed, but not what a running one writes', async () => {
  const place = await places.localPlace();
  const ours = ['.6f1c3a52-0000-4000-8000-000000000001.tmp', '.6f1c3a52-0000-4000-8000-000000000002.tmp'] as const;
  for (const name of [...ours, '.theirs.tmp']) await place.upload(`x/${name}`, Buffer.from('half'));
  const longAgo = new Date(Date.now() - 24 * 60 * 60 * 1000);
  for (const name of [ours[0], '.theirs.tmp']) await utimes(join(place.uri, 'x', name), longAgo, longAgo);
  await localStore(place.uri).put('x/whole', [Buffer.from('whole')]);
  assert.deepEqual((await readdir(join(place.uri, 'x'))).sort(), [ours[1], '.theirs.tmp', 'whole'].sort());
});
