// Locks that are files: who may do something on this node, decided between processes that start at once.
#pragma once

#include <string>

#include "sys/unique_fd.hpp"

namespace ghee::sys {

/// `path` names what `fd` has open: nobody has taken it away or put another in its place.
bool is_named(std::string const& path, int fd);

enum class IfLocked { wait, fail };

/// Makes and locks the file (mode 0600, no link followed); its owner may remove it while it holds the lock. The lock goes with the
/// descriptor. Empty where it cannot be had; errno then says why (EWOULDBLOCK: another process has it; ENOENT: there is no such folder).
UniqueFd lock_file(std::string const& path, IfLocked);

}  // namespace ghee::sys
