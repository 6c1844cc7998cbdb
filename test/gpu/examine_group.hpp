// A subject's groups: each replica is, bit for bit, the network that its seed and rows give alone, and near to what the reference makes of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "group_cases.hpp"
#include "mlp/networks.hpp"
#include "subjects.hpp"

namespace ghee::gpu {

class GroupExamination
{
  public:
    explicit GroupExamination(GroupCase);

    [[nodiscard]] GroupCase const& question() const { return case_; }

    struct Finding
    {
        bool compared = false;     ///< the subject has groups of this network
        std::string mistakes;      ///< what is wrong; empty: nothing
        double off = 0;            ///< farthest loss or layer from the reference, relative, over what is allowed
        double longest_go_on = 0;  ///< seconds
    };
    /// Precondition: the backend does not refuse a group's spec.
    [[nodiscard]] Finding of(Subject const&) const;
    /// What a group of the subject is asked.
    [[nodiscard]] mlp::TrainerSpec spec_for(Subject const&) const;

  private:
    GroupCase case_;
    mlp::test::Rows rows_;
    std::vector<mlp::Replica> replicas_;
};

}  // namespace ghee::gpu
