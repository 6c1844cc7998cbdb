// Writing a result file whole: temporary name, close, sync, rename, sync of the folder.
#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "store/epoch_energy.hpp"
#include "store/library_lock.hpp"
#include "store/result_file.hpp"
#include "store/schema.hpp"
#include "store/utc.hpp"

namespace ghee::store {

namespace {
/// Rows of one table on their way to the file, a chunk at a time.
template<class Row>
class Rows
{
  public:
    Rows(h5::NewFile& file, TableSchema<Row> const& schema) : schema_(schema), table_(file, schema.name, columns(schema), schema.rows_per_chunk)
    {
        for (Field<Row> const& field : schema.fields)
            row_bytes_ += field.type.size();
        buffer_.resize(row_bytes_ * schema.rows_per_chunk);
        try
        {
            describe();
        }
        catch (...)
        {
            file.abandon();
            throw;
        }
    }

    void add(Row const& row)
    {
        std::byte* at = buffer_.data() + waiting_ * row_bytes_;
        for (Field<Row> const& field : schema_.fields)
        {
            field.put(Cell(at, field.type, texts_), row);
            at += field.type.size();
        }
        if (++waiting_ == schema_.rows_per_chunk)
            flush();
    }

    void flush()
    {
        table_.append(buffer_.data(), waiting_);
        waiting_ = 0;
        texts_.clear();
    }

  private:
    static std::vector<h5::Column> columns(TableSchema<Row> const& schema)
    {
        std::vector<h5::Column> list;
        for (Field<Row> const& field : schema.fields)
            list.push_back({field.name, field.type});
        return list;
    }

    /// Units and meanings stand both in lists parallel to the fields and under each field's own name.
    void describe() const
    {
        std::vector<std::string> units, meanings;
        for (Field<Row> const& field : schema_.fields)
        {
            units.emplace_back(field.unit);
            meanings.emplace_back(field.meaning);
        }
        h5::write_attribute(table_.handle(), "description", std::string(schema_.meaning));
        h5::write_attribute(table_.handle(), "unit", units);
        h5::write_attribute(table_.handle(), "meaning", meanings);
        for (Field<Row> const& field : schema_.fields)
        {
            if (field.type.numeric())
                h5::write_attribute(table_.handle(), std::string("unit.") + field.name, std::string(field.unit));
            h5::write_attribute(table_.handle(), std::string("meaning.") + field.name, std::string(field.meaning));
        }
    }

    TableSchema<Row> const& schema_;
    h5::NewTable table_;
    std::size_t row_bytes_ = 0;
    std::size_t waiting_ = 0;
    std::vector<std::byte> buffer_;
    std::deque<std::string> texts_;
};

/// Channels by node and name: told by the nodes, or met first in a trace.
class Channels
{
  public:
    explicit Channels(std::vector<NodeRow> const& nodes)
    {
        for (NodeRow const& node : nodes)
            for (Channel const& channel : node.channels)
                number(node.node.name, node.worker, channel);
    }
    std::uint32_t number(std::string const& node, int worker, Channel const& channel)
    {
        auto const [found, fresh] = numbers_.try_emplace({node, channel.name}, static_cast<std::uint32_t>(rows_.size()));
        if (fresh)
            rows_.push_back({found->second, node, worker, channel});
        return found->second;
    }
    [[nodiscard]] std::vector<ChannelRow> const& rows() const { return rows_; }

  private:
    std::map<std::pair<std::string, std::string>, std::uint32_t> numbers_;
    std::vector<ChannelRow> rows_;
};

void write_provenance(h5::NewFile const& file, Provenance const& provenance)
{
    auto const& root = file.handle();
    h5::write_attribute(root, "format", std::string("ghee result file"));
    h5::write_attribute(root, "format_version", format_version);
    h5::write_attribute(root, "ghee_version", std::string(version()));
    h5::write_attribute(root, "ghee_commit", std::string(commit()));
    h5::write_attribute(root, "campaign_name", valid_utf8(provenance.campaign_name));
    h5::write_attribute(root, "campaign_text", valid_utf8(provenance.campaign_text));
    h5::write_attribute(root, "command_line", valid_utf8(provenance.command_line));
    h5::write_attribute(root, "host", valid_utf8(provenance.host));
    h5::write_attribute(root, "start_unix_ns", provenance.start_unix_ns);
    h5::write_attribute(root, "start_unix_s", static_cast<double>(provenance.start_unix_ns) * 1e-9);
    h5::write_attribute(root, "start", utc_text(provenance.start_unix_ns));
    h5::write_attribute(root, "planned_runs", provenance.planned_runs);
    h5::write_attribute(root, "complete", provenance.complete);
}

void write_traces(std::uint32_t run, RunReport const& report, Channels& channels, Rows<TraceRow>& index, Rows<SampleRow>& samples,
                  std::uint64_t& written)
{
    constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
    for (Trace const& trace : report.traces)
    {
        std::uint32_t const channel = channels.number(report.node, report.worker, trace.channel);
        index.add({run, report, trace, channel, written});
        auto const& at = trace.at();
        auto const since = [&](std::size_t i) { return std::chrono::duration_cast<Seconds>(at[i] - report.start).count(); };
        if (auto const* counter = std::get_if<CounterSeries>(&trace.series))
            for (std::size_t i = 0; i < at.size(); ++i)
                samples.add({run, channel, since(i), counter->energy.at(i).value(), undefined});
        else
            for (std::size_t i = 0; i < at.size(); ++i)
                samples.add({run, channel, since(i), undefined, std::get<GaugeSeries>(trace.series).power.at(i).value()});
        written += at.size();
    }
}

/// Of a group its replicas one behind the other; the meter tells their epochs not apart.
void write_replicas(std::uint32_t run, RunReport const& report, RunFigures const& figures, RunFigures const& device, Rows<ReplicaRow>& replicas,
                    Rows<EpochRow>& epochs)
{
    TrainingResult const& training = report.training;
    int number = 0;
    for (ReplicaResult const& replica : training.replicas)
    {
        replicas.add(
            {run, report, number, replica, scores_of(replica.history), share_of(replica, training, figures), share_of(replica, training, device)});
        for (EpochRecord const& epoch : replica.history)
            epochs.add({run, report, number, epoch, Joules()});
        ++number;
    }
    if (number > 0)
        return;
    auto const joules = epoch_energy(report);
    for (std::size_t i = 0; i < training.history.size(); ++i)
        epochs.add({run, report, 0, training.history[i], joules[i]});
}

/// All tables, open until the file is done.
struct Tables
{
    explicit Tables(h5::NewFile& file)
        : runs(file, runs_schema()), energy(file, energy_schema()), replicas(file, replicas_schema()), epochs(file, epochs_schema()),
          attempts(file, attempts_schema()), marks(file, marks_schema()), samples(file, traces_schema()), index(file, trace_index_schema()),
          channels(file, channels_schema()), nodes(file, nodes_schema()), configs(file, configs_schema())
    {
    }
    Rows<RunRow> runs;
    Rows<EnergyRow> energy;
    Rows<ReplicaRow> replicas;
    Rows<EpochRow> epochs;
    Rows<AttemptRow> attempts;
    Rows<MarkRow> marks;
    Rows<SampleRow> samples;
    Rows<TraceRow> index;
    Rows<ChannelRow> channels;
    Rows<NodeRow> nodes;
    Rows<ConfigurationRow> configs;

    void flush()
    {
        runs.flush();
        energy.flush();
        replicas.flush();
        epochs.flush();
        attempts.flush();
        marks.flush();
        samples.flush();
        index.flush();
        channels.flush();
        nodes.flush();
        configs.flush();
    }
};

void fill(Tables& tables, Contents const& contents, RunStream const& stream)
{
    std::map<std::string, ConfigurationRow const*> configurations;
    for (ConfigurationRow const& row : contents.configurations)
    {
        configurations.emplace(row.config_id, &row);
        tables.configs.add(row);
    }
    for (NodeRow const& row : contents.nodes)
        tables.nodes.add(row);
    Channels channels(contents.nodes);
    std::uint32_t run = 0;
    std::uint64_t written = 0;
    stream(
        [&](RunReport const& report)
        {
            auto const found = configurations.find(report.task.config_id);
            RunFigures const figures = figures_of(report), device = device_figures_of(report);
            tables.runs.add({report, figures, device, scores_of(report.training), found == configurations.end() ? nullptr : found->second});
            for (EnergyAccount const& account : report.accounts)
                tables.energy.add({run, report, account});
            write_replicas(run, report, figures, device, tables.replicas, tables.epochs);
            for (FailedAttempt const& attempt : report.failed_attempts)
                tables.attempts.add({run, report.task.run_id, attempt});
            for (Mark const& mark : report.marks)
                tables.marks.add({run, report, mark});
            write_traces(run, report, channels, tables.index, tables.samples, written);
            ++run;
        });
    for (OpenAttempt const& open : contents.open_attempts)
        tables.attempts.add({-1, open.run_id, open.attempt});
    for (ChannelRow const& row : channels.rows())
        tables.channels.add(row);
    tables.flush();
}

void write_tables(h5::NewFile& file, Contents const& contents, RunStream const& stream)
{
    Tables tables(file);
    try
    {
        fill(tables, contents, stream);
    }
    catch (...)
    {
        file.abandon();
        throw;
    }
}

/// The temporary file: ours alone while it is written, gone unless it was renamed.
class TemporaryFile
{
  public:
    explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path))
    {
        std::string const problem = "cannot write " + path_.string();
        for (;;)
        {
            descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
            if (descriptor_ < 0)
                throw Error(problem, errno_text(errno));
            if (flock(descriptor_, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
            {
                close(descriptor_);
                throw Error(problem, "another process is writing it", "wait for it to end");
            }
            // Another writer may have renamed it between our opening and our lock.
            struct stat ours{}, named{};
            if (fstat(descriptor_, &ours) == 0 && stat(path_.c_str(), &named) == 0 && ours.st_ino == named.st_ino)
                return;
            close(descriptor_);
        }
    }
    ~TemporaryFile()
    {
        if (!renamed_)
            unlink(path_.c_str());
        close(descriptor_);
    }
    TemporaryFile(TemporaryFile const&) = delete;
    TemporaryFile& operator=(TemporaryFile const&) = delete;

    /// On stable storage under its final name when this returns.
    void become(std::filesystem::path const& target)
    {
        if (fsync(descriptor_) < 0)
            throw Error("cannot sync " + path_.string(), errno_text(errno));
        if (rename(path_.c_str(), target.c_str()) < 0)
            throw Error("cannot rename " + path_.string() + " to " + target.string(), errno_text(errno));
        renamed_ = true;
        std::filesystem::path const folder = target.has_parent_path() ? target.parent_path() : ".";
        int const handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        // Some file systems cannot sync a folder (EINVAL): the rename is then as durable as they make it.
        int const result = handle < 0 ? -1 : fsync(handle);
        int const number = errno;
        if (handle >= 0)
            close(handle);
        if (result < 0 && number != EINVAL && number != EACCES)
            throw Error("cannot sync folder " + folder.string(), errno_text(number));
    }

  private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    bool renamed_ = false;
};

/// Nobody's text or picture is replaced by a result file.
void refuse_foreign(std::filesystem::path const& path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        throw UsageError("cannot write " + path.string(), "it is a folder", "name a file");
    std::ifstream old(path, std::ios::binary);
    std::array<char, 4> head{};
    old.read(head.data(), head.size());
    if (old.gcount() > 0 && !std::equal(head.begin(), head.begin() + old.gcount(), "\x89HDF"))
        throw UsageError("will not replace " + path.string(), "it is not a result file", "name another file, or remove it");
}
}  // namespace

void publish(std::filesystem::path const& path, Contents const& contents, RunStream const& stream)
{
    std::lock_guard const alone(library_lock());
    refuse_foreign(path);
    std::filesystem::path temporary = path;
    temporary += ".tmp";
    TemporaryFile file(temporary);
    try
    {
        h5::NewFile writing(temporary);
        write_provenance(writing, contents.provenance);
        write_tables(writing, contents, stream);
        writing.close();
    }
    catch (Error const& error)
    {
        throw Error("cannot write " + path.string() + ": " + error.problem(), error.why(), error.suggestion(), error.code());
    }
    file.become(path);
}

}  // namespace ghee::store
