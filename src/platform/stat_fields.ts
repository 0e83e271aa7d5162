// The fields of a reusable stat, for each platform to fill.

import { Kind } from "#model/entry.ts";
import type { StatSlot } from "./platform.ts";

export abstract class StatFields implements StatSlot {
  kind: Kind = Kind.unknown;
  mode = 0;
  uid = 0;
  gid = 0;
  nlink = 0;
  sizeBytes = 0;
  allocatedBytes = 0;
  mtimeSec = 0;
  mtimeNsec = 0;
  ctimeSec = 0;
  ctimeNsec = 0;
  inodeLow = 0;
  inodeHigh = 0;
  deviceMajor = 0;
  deviceMinor = 0;
  rdevMajor = 0;
  rdevMinor = 0;
  mountId = 0;
  immutable = false;
}
