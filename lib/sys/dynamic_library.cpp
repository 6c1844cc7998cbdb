// dlopen with an owner.
#include "sys/dynamic_library.hpp"

#include <dlfcn.h>

#include <utility>

namespace ghee::sys {

DynamicLibrary::DynamicLibrary(std::vector<std::string> const& names)
{
    for (std::string const& name : names)
    {
        handle_ = ::dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (handle_)
        {
            reason_.clear();
            return;
        }
        char const* const why = ::dlerror();
        reason_ += (reason_.empty() ? "" : "; ") + std::string(why ? why : "cannot open " + name);
    }
}

DynamicLibrary::~DynamicLibrary()
{
    if (handle_)
        ::dlclose(handle_);
}

DynamicLibrary::DynamicLibrary(DynamicLibrary&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), reason_(std::move(other.reason_)) {}

void* DynamicLibrary::find(char const* name) const { return handle_ ? ::dlsym(handle_, name) : nullptr; }

}  // namespace ghee::sys
