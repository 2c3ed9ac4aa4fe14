import type { WireReader } from '../goldmane/wire-reader.js';
import type { HubbleEndpoint, HubblePolicy, HubbleService } from './hubble-event.js';
import { added, bytesTag, inside, numberTag } from './wire-parts.js';

/** flow.Endpoint */
export function readEndpoint(reader: WireReader): HubbleEndpoint {
  let id = 0;
  let identity = 0;
  let namespace = '';
  let labels: readonly string[] = [];
  let pod = '';
  let workload: HubbleEndpoint['workload'] = null;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    switch (tag) {
      case numberTag(1):
        id = reader.uint32();
        break;
      case numberTag(2):
        identity = reader.uint32();
        break;
      case bytesTag(3):
        namespace = reader.text();
        break;
      case bytesTag(4):
        labels = added(labels, reader.text());
        break;
      case bytesTag(5):
        pod = reader.text();
        break;
      case bytesTag(6): {
        const one = inside(reader, readWorkload);
        workload ??= one;
        break;
      }
      default:
        reader.skip(tag);
    }
  }
  return { id, identity, namespace, labels, pod, workload };
}

function readWorkload(reader: WireReader): { readonly name: string; readonly kind: string } {
  const [name, kind] = readTexts(reader);
  return { name, kind };
}

/** flow.Service */
export function readService(reader: WireReader): HubbleService {
  const [name, namespace] = readTexts(reader);
  return { namespace, name };
}

/** A message of two texts, its fields 1 and 2. */
function readTexts(reader: WireReader): [string, string] {
  let first = '';
  let second = '';
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) first = reader.text();
    else if (tag === bytesTag(2)) second = reader.text();
    else reader.skip(tag);
  }
  return [first, second];
}

/** flow.Policy */
export function readPolicy(reader: WireReader): HubblePolicy {
  let name = '';
  let namespace = '';
  let kind = '';
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) name = reader.text();
    else if (tag === bytesTag(2)) namespace = reader.text();
    else if (tag === bytesTag(5)) kind = reader.text();
    else reader.skip(tag);
  }
  return { name, namespace, kind };
}
