// The backends that are modules, as entries of the list: each is opened when something first asks for more than its name.
#pragma once

#include <array>

#include "mlp/backend.hpp"

namespace ghee::mlp {

/// cuda: the project's own kernels. cudnn: the vendor's libraries, to compare with.
std::array<Backend, 2> module_backends();

}  // namespace ghee::mlp
