// Carries messages between ranks: nothing is waited for, nothing is promised, a lost peer is never an error.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "campaign/message.hpp"

namespace ghee::campaign {

/// Interrupts a wait from another thread. Thread-safe.
class Waker
{
  public:
    void wake();
    /// Returns true as soon as wake() was called since the last return of true; false after `timeout`.
    bool wait(Seconds timeout);

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
};

/// One end of the line. Used by one thread; only its Waker may be touched by others.
/// Messages may be lost, repeated, late and out of order; they are whole when they come.
class Transport
{
  public:
    virtual ~Transport() = default;
    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int size() const = 0;
    /// Hands over and returns at once. Never send to a rank believed dead: its buffers would never be given back.
    virtual void send(int to, Message const&) = 0;
    /// What has come, or nothing. Never blocks.
    virtual std::optional<Envelope> receive() = 0;
    /// Sleeps until something may have come, the waker was called, or `timeout` has passed. Costs next to no processor time.
    virtual void wait(Seconds timeout) = 0;
};

}  // namespace ghee::campaign
