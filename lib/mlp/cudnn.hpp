// The vendor's libraries on a GPU as a backend, to compare with; a stub where it is not built.
#pragma once

#include "mlp/backend.hpp"

namespace ghee::mlp {
Backend cudnn_backend();
}
