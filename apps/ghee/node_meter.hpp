// A client of this node's power daemon, of a private one for this call where there is none.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "meter/client.hpp"

namespace ghee::app {

class NodeMeter
{
  public:
    /// `meters`: as ghee-powerd takes them, for a private daemon; another than "auto" asks for a private one. Throws Error, Lost.
    explicit NodeMeter(std::string const& meters = "auto");
    ~NodeMeter();
    NodeMeter(NodeMeter const&) = delete;
    NodeMeter& operator=(NodeMeter const&) = delete;

    meter::Client& client() { return *client_; }

  private:
    std::filesystem::path folder_;  ///< of the private daemon; empty: none
    std::optional<meter::Client> client_;
};

}  // namespace ghee::app
