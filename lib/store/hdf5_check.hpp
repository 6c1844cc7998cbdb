// What the writing and the reading half of the HDF5 layer share: errors and types, without hdf5.h.
#pragma once

#include <cstddef>
#include <string>

#include "store/hdf5.hpp"

namespace ghee::store::h5 {

/// Before the first call of the library in a thread.
void set_up_library();

/// Throws Error: `problem`, with the innermost reason of the library's error stack.
[[noreturn]] void fail(std::string const& problem);

/// `result`, unless it is negative: then fail().
template<class Number>
Number check(Number result, std::string const& problem)
{
    if (result < 0)
        fail(problem);
    return result;
}

/// Takes a type's id into its handle; fails on a negative one.
Handle type_handle(std::int64_t id, char const* problem);
/// A UTF-8 text of `size` bytes; H5T_VARIABLE: of any length.
Handle utf8(std::size_t size);
/// The enum of FALSE and TRUE that h5py reads as bool.
Handle boolean();
/// Access to files without the library's locks: published files never change and new ones have a name of their own, and many
/// file systems have no locks.
Handle access_without_locks();

}  // namespace ghee::store::h5
