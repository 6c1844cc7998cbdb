// Fixture: a file that pretends to stand in record and reaches upward.
#include "base/error.hpp"
#include "store/result_file.hpp"
