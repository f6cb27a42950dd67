// What several workers wrote, as one log: by time, each line with the name of who wrote it. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowyard::controller::cli {

struct WorkerLog {
  std::string name;
  std::string text;  // whole lines
};

using LineFilter = std::function<bool(std::string_view line)>;

// The lines that `filter` takes, by the time that they begin with (RFC 3339); a line without one belongs to
// the last line before it that has one. Lines of one time stay in the order of `logs`. With `tail`, the last
// so many.
std::string merged(const std::vector<WorkerLog>& logs, const LineFilter& filter,
                   std::optional<std::uint64_t> tail);

// "novel-poodle | ", as wide as the longest of `names`.
std::string prefix_for(const std::string& name, std::size_t width);

// Pieces of a stream in, whole lines out.
class LineSplitter {
 public:
  // `take` is given each line without its end.
  void push(std::string_view piece, const std::function<void(std::string_view)>& take);
  // What came after the last end of a line.
  void finish(const std::function<void(std::string_view)>& take);

 private:
  std::string rest_;
};

}  // namespace flowyard::controller::cli
