// The HDF5 library keeps global state: one thread at a time in it.
#pragma once

#include <mutex>

namespace ghee::store {

inline std::recursive_mutex& library_lock()
{
    static std::recursive_mutex lock;
    return lock;
}

}  // namespace ghee::store
