// open, flock, and a look whether that file still has its name.
#include "sys/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

namespace ghee::sys {

bool is_named(std::string const& path, int fd)
{
    struct stat named{}, ours{};
    return ::stat(path.c_str(), &named) == 0 && ::fstat(fd, &ours) == 0 && named.st_ino == ours.st_ino && named.st_dev == ours.st_dev;
}

UniqueFd lock_file(std::string const& path, IfLocked if_locked)
{
    for (;;)
    {
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd)
            return {};
        int result = -1;
        do
            result = ::flock(fd.value(), LOCK_EX | (if_locked == IfLocked::fail ? LOCK_NB : 0));
        while (result != 0 && errno == EINTR);
        if (result != 0)
        {
            int const why = errno;  // closing must not change it
            fd.reset();
            errno = why;
            return {};
        }
        // Its last owner removes the file: what we locked may have no name any more.
        if (is_named(path, fd.value()))
            return fd;
    }
}

}  // namespace ghee::sys
