// Child: a foreign program as a process of ours, with its output read line by line. It and everything that it
// started is killed with it: the worker is the subreaper of its descendants, and no process of one scenario
// survives into the next. Blocks; one thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::worker::command {

using SteadyPoint = std::chrono::steady_clock::time_point;

struct ChildOptions {
  std::vector<std::string> words;          // the program, looked for in PATH, and its arguments
  std::map<std::string, std::string> env;  // in addition to the worker's own
  std::string folder;                      // where it runs
  std::string input_file;                  // its standard input; empty: the text given to send()
};

enum class Stream { Output, Error };

struct Line {
  Stream stream = Stream::Output;
  std::string text;  // without its end; what is longer than kLongestLine is cut
};
struct Ended {
  int code = 0;    // as exit() had it
  int signal = 0;  // that killed it; 0: none
};
struct NothingYet {};  // the deadline has come
struct Interrupted {};

using Happening = std::variant<Line, Ended, NothingYet, Interrupted>;

// Of an answer in one line. Far longer than any log line.
inline constexpr std::size_t kLongestLine = std::size_t{64} << 20;

class Child {
 public:
  // Fails where there is no such program, or it may not be run.
  static Result<std::unique_ptr<Child>> start(const ChildOptions& options);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Written as the program reads.
  void send(std::string text) { unsent_ += text; }

  // The next event: lines in their order, then the end, after all lines. Asks `keep_going` several times a
  // second.
  Happening next(SteadyPoint deadline, const std::function<bool()>& keep_going);

  // Sends SIGTERM.
  void ask_to_end();

 private:
  struct Pipe {
    int descriptor = -1;
    std::string text = {};  // read and not yet a line
  };
  Child(pid_t pid, int pidfd, int input, int output, int error);
  void read_from(Pipe& pipe);
  bool take_line(Pipe& pipe, Stream stream, Line& line);
  void write_unsent();
  void wait_for_any(int milliseconds);
  void reap();

  pid_t pid_;
  int pidfd_;
  int input_;
  Pipe output_, error_;
  std::string unsent_;
  bool ended_ = false;
  Ended end_;
};

// Makes this process the subreaper of its descendants. Once, at the start.
void become_reaper();

}  // namespace flowyard::worker::command
