// One owner per file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace ghee::sys {

class UniqueFd
{
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept
    {
        if (this != &other)
            reset(other.release());
        return *this;
    }
    ~UniqueFd() { reset(); }

    /// -1: none.
    [[nodiscard]] int value() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    /// Gives the handle away without closing it.
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }
    /// Closes what it held. After EINTR Linux has closed it all the same, so there is no second try.
    void reset(int fd = -1)
    {
        if (int const old = std::exchange(fd_, fd); old >= 0)
            ::close(old);
    }

  private:
    int fd_ = -1;
};

}  // namespace ghee::sys
