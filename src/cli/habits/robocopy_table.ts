// robocopy's switches, by their names in lower case, without what follows a colon.

import { BY_ITSELF, MIRRORS, MOVES, NOT_THERE, rows, type Table } from "./translation.ts";

export const ROBOCOPY_SWITCHES: Table = {
  ...rows(
    "e s copyall copy dcopy dat datsou sec secfix timfix z zb b j np nfl ndl njh njs nc ns ts fp bytes " +
      "eta mt r w tbd tee unicode x xx xj xjd xjf sl fft dst reg if nooffload compress sparse",
    BY_ITSELF,
  ),
  ...rows("mir purge", MIRRORS),
  ...rows("mov move", MOVES),
  l: { becomes: "-n" },
  v: { becomes: "-v" },
  is: { becomes: "--ignore-times" },
  xo: { becomes: "--update" },
  ...rows("xd xf", { becomes: "--exclude", takesValue: true }),
  max: { becomes: "--max-size", takesValue: true },
  min: { becomes: "--min-size", takesValue: true },
  maxage: { becomes: "--newer-than", takesValue: true },
  minage: { becomes: "--older-than", takesValue: true },
  ...rows("log log+ unilog unilog+", { becomes: "--log", takesValue: true }),
  ...rows(
    "xc xn xl it im ia xa a+ a- lev mon mot ipg rh pf create fat 256 maxlad minlad nocopy nodcopy job " +
      "save quit nosd nodd efsraw iomaxsize iorate threshold lfsm",
    NOT_THERE,
  ),
};
