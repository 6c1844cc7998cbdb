// What a backend that is loaded at run time exports: one C symbol that gives its Backend and what it was built as.
#pragma once

#include <string>

#include "base/version.hpp"
#include "mlp/backend.hpp"

namespace ghee::mlp {

struct Module
{
    char const* built_as;  ///< stamp() of its build; stays the first member for ever: it is read before the rest is believed
    Backend backend;
};

/// A hash of the headers that describe what crosses between ghee and a module, taken when this was configured.
char const* door();

/// What must agree before C++ may cross: who built this, and from which headers. Defined here so that each side says it of its own
/// compiler and settings.
inline std::string stamp()
{
    return std::string("ghee ") + version() + ", door " + door() + ", compiler " + __VERSION__ + ", sizes " + std::to_string(sizeof(std::string)) +
           " " + std::to_string(sizeof(TrainerSpec)) + " " + std::to_string(sizeof(Backend));
}

}  // namespace ghee::mlp

/// The one symbol of a module, which defines it:
///
///     ghee::mlp::Module const* ghee_backend_module()
///     {
///         static std::string const built_as = ghee::mlp::stamp();
///         static ghee::mlp::Module const module{built_as.c_str(), my_backend()};
///         return &module;
///     }
///
/// Its functions may throw ghee::Error. It stays loaded until the process ends.
extern "C" __attribute__((visibility("default"))) ghee::mlp::Module const* ghee_backend_module();
