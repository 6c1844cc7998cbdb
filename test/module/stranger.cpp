// A library that is no module.
int what_nobody_asks_for() { return 1; }
