// A worker's standing connection to its node's power daemon: found, started where there is none, made anew after a loss.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "campaign/message.hpp"
#include "meter/client.hpp"

namespace ghee::campaign {

class MeterLine
{
  public:
    /// Opens a connection; throws meter::Lost or Error.
    using Open = std::function<std::unique_ptr<meter::Client>()>;
    explicit MeterLine(Open open) : open_(std::move(open)) {}

    /// The connection, opened where there is none. Throws meter::Lost or Error with the reason.
    meter::Client& client();
    /// Closes a connection that is of no more use.
    void drop() { client_.reset(); }
    [[nodiscard]] bool connected() const { return client_ != nullptr; }

  private:
    Open open_;
    std::unique_ptr<meter::Client> client_;
};

/// Opens the system's daemon, else a private one of this user and campaign in `orders.token`'s folder.
MeterLine::Open open_daemon(Orders const& orders);

}  // namespace ghee::campaign
