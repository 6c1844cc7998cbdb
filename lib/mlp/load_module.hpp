// A backend's module: where it is looked for, and what came of opening it.
#pragma once

#include <filesystem>
#include <string>

#include "mlp/backend.hpp"
#include "sys/dynamic_library.hpp"

namespace ghee::mlp {

/// Where modules lie: GHEE_MODULES where it is set (there and nowhere else), else beside this program as it was installed or built.
/// Throws Error without /proc.
std::filesystem::path module_folder();

struct LoadedModule
{
    sys::DynamicLibrary library;       ///< while it lives, `backend` does
    Backend const* backend = nullptr;  ///< what the module exports; null: `reason`
    std::string reason;                ///< why there is none, and what to do about it
};

/// Opens libghee_NAME.so of `folder` and believes it only where it is of this build and holds backend `name`.
LoadedModule load_module(std::string const& name, std::filesystem::path const& folder);

}  // namespace ghee::mlp
