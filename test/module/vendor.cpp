// Stands for a vendor's library; an old version of it lacks what the module needs.
#ifdef VENDOR_IS_OLD
int vendor_of_old() { return 1; }
#else
int vendor_is_new() { return 2; }
#endif
