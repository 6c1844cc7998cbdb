// Choosing and wording what matters of each run.
#include "runs_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <ostream>
#include <set>

#include "base/contract.hpp"
#include "record/configuration.hpp"
#include "text_table.hpp"

namespace ghee::app {

namespace {
/// Cells of a table by the name of their column.
class Rows
{
  public:
    explicit Rows(store::Table const& table) : table_(table)
    {
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            columns_.emplace(table.columns[i], i);
    }
    [[nodiscard]] std::size_t size() const { return table_.rows.size(); }
    /// Empty where a file of another version has no such column.
    [[nodiscard]] std::string text(std::size_t row, std::string const& column) const
    {
        auto const found = columns_.find(column);
        return found == columns_.end() ? std::string() : table_.rows[row][found->second];
    }
    [[nodiscard]] double number(std::size_t row, std::string const& column) const
    {
        std::string const cell = text(row, column);
        return cell.empty() ? std::nan("") : std::strtod(cell.c_str(), nullptr);
    }
    [[nodiscard]] bool constant(std::string const& column) const
    {
        for (std::size_t row = 1; row < size(); ++row)
            if (text(row, column) != text(0, column))
                return false;
        return true;
    }

  private:
    store::Table const& table_;
    std::map<std::string, std::size_t> columns_;
};

/// What a command that was told nothing of it has all the same: the built-in trainer's defaults.
bool unused_by_commands(Rows const& rows, std::string const& column)
{
    static Configuration const untouched;
    static std::map<std::string, std::string> const words{{"shape", std::string(name_of(untouched.shape))},
                                                          {"optimizer", std::string(name_of(untouched.optimizer.kind))},
                                                          {"activation", std::string(name_of(untouched.activation))},
                                                          {"precision", std::string(name_of(untouched.precision))},
                                                          {"device", std::string(name_of(untouched.device))}};
    static std::map<std::string, double> const numbers{{"size", static_cast<double>(untouched.size)},
                                                       {"depth", untouched.depth},
                                                       {"batch", untouched.batch},
                                                       {"learning_rate", untouched.optimizer.learning_rate},
                                                       {"threads", untouched.threads}};
    auto const word = words.find(column);
    auto const number = numbers.find(column);
    if (word == words.end() && number == numbers.end())
        return false;
    for (std::size_t row = 0; row < rows.size(); ++row)
    {
        bool const same = word != words.end() ? rows.text(row, column) == word->second : rows.number(row, column) == number->second;
        if (rows.text(row, "workload").empty() || !same)
            return false;
    }
    return true;
}

/// Nobody who asked for neither groups nor forms need read of them.
bool not_asked_for(Rows const& rows, std::string const& column)
{
    static std::map<std::string, std::string> const usual{{"replicas", "1"}, {"form_asked", "auto"}};
    auto const found = usual.find(column);
    if (found == usual.end())
        return false;
    for (std::size_t row = 0; row < rows.size(); ++row)
        if (std::string const value = rows.text(row, column); !value.empty() && value != found->second)
            return false;
    return true;
}

std::string quality_text(Rows const& rows, std::size_t row)
{
    std::string const flags = rows.text(row, "quality");
    bool const estimated = rows.text(row, "estimated") == "1";
    if (!estimated || flags.find("estimated") != std::string::npos)
        return flags;
    return flags == "ok" || flags.empty() ? "estimated" : "estimated " + flags;
}

std::string counted(std::size_t count, std::string const& what) { return std::to_string(count) + " " + what; }

void print_footer(std::ostream& out, Rows const& rows, std::size_t shown)
{
    std::map<std::string, std::size_t> outcomes;
    std::size_t estimated = 0;
    double gross = 0, net = 0;
    bool any = false;
    for (std::size_t row = 0; row < rows.size(); ++row)
    {
        ++outcomes[rows.text(row, "outcome")];
        estimated += rows.text(row, "estimated") == "1" ? 1 : 0;
        double const passes = std::max(1.0, rows.number(row, "passes"));
        double const run_gross = rows.number(row, "gross_j") * passes, run_net = rows.number(row, "net_j") * passes;
        any = any || !std::isnan(run_gross);
        gross += std::isnan(run_gross) ? 0 : run_gross;
        net += std::isnan(run_net) ? 0 : run_net;
    }
    out << "\n" << counted(rows.size(), rows.size() == 1 ? "run" : "runs");
    for (auto const& [outcome, count] : outcomes)
        out << ", " << count << " " << outcome;
    if (shown < rows.size())
        out << "; the first " << shown << " are shown (--all shows the others)";
    out << "\n";
    if (any)
        out << (not_asked_for(rows, "replicas") ? "Energies are of one training." : "Energies are of one training; of replicas, of all of them.")
            << " All measured phases and passes together: " << scaled(gross, "J") << " gross, " << scaled(net, "J") << " net.\n";
    if (estimated > 0)
        out << "ESTIMATED: the energy of " << counted(estimated, estimated == 1 ? "run is" : "runs is")
            << " computed from load, not measured by a meter.\n";
    if (auto const found = outcomes.find("unmetered"); found != outcomes.end())
        out << "UNMETERED: " << counted(found->second, found->second == 1 ? "run has" : "runs have") << " no energy figure.\n";
}
}  // namespace

void print_runs(std::ostream& out, store::Table const& table, std::size_t at_most)
{
    Rows const rows(table);
    TextTable text;
    std::vector<std::string> told;
    std::vector<char const*> names;
    for (char const* const name : {"workload", "dataset", "shape", "size", "depth", "widths", "batch", "optimizer", "learning_rate", "activation",
                                   "precision", "backend", "device", "form_asked", "threads", "replicas", "node", "repeat"})
    {
        if (unused_by_commands(rows, name) || not_asked_for(rows, name))
            continue;
        if (rows.size() > 1 && rows.constant(name))
        {
            if (std::string const value = rows.text(0, name); !value.empty())
                told.push_back(std::string(name) + " " + value);
            continue;
        }
        names.push_back(name);
        static std::set<std::string> const numbers{"size", "depth", "batch", "learning_rate", "threads", "replicas", "repeat"};
        text.columns.push_back({name, "", numbers.contains(name)});
    }
    for (auto const& [title, right] :
         {std::pair{"outcome", false}, {"time", true}, {"loss", true}, {"gross", true}, {"idle", true}, {"net", true}, {"quality", false}})
        text.columns.push_back({title, "", right});
    bool scored = false;
    for (std::size_t row = 0; row < rows.size(); ++row)
        scored = scored || !std::isnan(rows.number(row, "test_loss"));
    std::size_t const shown = at_most == 0 ? rows.size() : std::min(at_most, rows.size());
    for (std::size_t row = 0; row < shown; ++row)
    {
        auto& cells = text.rows.emplace_back();
        for (char const* const name : names)
            cells.push_back(rows.text(row, name));
        std::string outcome = rows.text(row, "outcome");
        if (std::string const reason = rows.text(row, "reason"); !reason.empty())
            outcome += ": " + reason;
        // What the joules are of; of a run without any, its whole duration.
        double const seconds = rows.number(row, "window_s") / std::max(1.0, rows.number(row, "passes")), loss = rows.number(row, "test_loss");
        cells.push_back(outcome);
        cells.push_back(duration_text(std::isnan(seconds) ? rows.number(row, "duration_s") : seconds));
        cells.push_back(!std::isnan(loss) ? std::to_string(loss) : scored ? "-" : "");
        cells.push_back(scaled(rows.number(row, "gross_j"), "J"));
        cells.push_back(scaled(rows.number(row, "idle_w"), "W"));
        cells.push_back(with_uncertainty(rows.number(row, "net_j"), rows.number(row, "net_uncertainty_j"), "J"));
        cells.push_back(quality_text(rows, row));
    }
    for (std::size_t i = 0; i < told.size(); ++i)
        out << (i == 0 ? "all runs: " : ", ") << told[i] << (i + 1 == told.size() ? "\n" : "");
    print(out, text);
    print_footer(out, rows, shown);
}

}  // namespace ghee::app
