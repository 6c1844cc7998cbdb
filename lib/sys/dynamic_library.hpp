// A library that may or may not be on this machine: opened at run time, absent with a reason.
#pragma once

#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace ghee::sys {

class DynamicLibrary
{
  public:
    /// The first of `names` that opens (dlopen, lazy, local). None: `reason()` says what the loader said of each.
    explicit DynamicLibrary(std::vector<std::string> const& names);
    ~DynamicLibrary();
    DynamicLibrary(DynamicLibrary&& other) noexcept;
    DynamicLibrary& operator=(DynamicLibrary&&) = delete;

    explicit operator bool() const { return handle_ != nullptr; }
    [[nodiscard]] std::string const& reason() const { return reason_; }

    /// A function of the library by its type: symbol<int(unsigned)>("nvmlInit"); null where it has none of that name.
    template<class Function>
    [[nodiscard]] Function* symbol(char const* name) const
    {
        static_assert(std::is_function_v<Function>);
        return reinterpret_cast<Function*>(find(name));
    }

  private:
    [[nodiscard]] void* find(char const* name) const;
    void* handle_ = nullptr;
    std::string reason_;
};

}  // namespace ghee::sys
