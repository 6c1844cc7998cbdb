// What the suite's programs look at: backends in forms and precisions, by name; and their command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mlp/backend.hpp"

namespace ghee::gpu {

struct Subject
{
    mlp::Backend const* backend = nullptr;
    Precision precision = Precision::fp32;
    Form form = Form::automatic;
    /// "cuda fp32" where the backend chooses its form, "cuda/solo fp32" where it is told.
    [[nodiscard]] std::string name() const;
    /// The same question, put to this subject.
    [[nodiscard]] mlp::TrainerSpec ask(mlp::TrainerSpec) const;
};

/// Every backend named in `backends` ("cuda/layers,cuda/solo,cudnn") in every precision named (that any backend knows). Besides those of the
/// house there are stand-ins (stand_in.hpp). Throws UsageError for another name.
std::vector<Subject> subjects(std::string_view backends, std::string_view precisions);

/// "1,132" to numbers of replicas. Throws UsageError.
std::vector<int> numbers(std::string const& text);

/// Words of the command line: `--name value` and bare `--name`, as a program asks for them. Throws UsageError.
class CommandLine
{
  public:
    CommandLine(int argc, char** argv) : words_(argv + 1, argv + argc) {}
    /// The value behind `name`, or `otherwise`.
    std::string value(std::string_view name, std::string_view otherwise);
    double number(std::string_view name, double otherwise);
    bool flag(std::string_view name);
    /// Refuses what nobody asked for; call last.
    void finish() const;

  private:
    std::vector<std::string> words_;
};

/// Runs a program's body; an Error becomes one line on stderr and its exit code.
int guarded(char const* program, int (*body)(CommandLine&), int argc, char** argv);

}  // namespace ghee::gpu
