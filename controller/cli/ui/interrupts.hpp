// Interrupts: Ctrl-C (and SIGTERM) as seen by a command. The first one calls what the command asked for, or
// ends it; the second one always ends it. Owned by the session, on its executor.
#pragma once

#include <functional>

#include <boost/asio/signal_set.hpp>

#include "common/async/task.hpp"

namespace flowyard::controller::cli {

class Interrupts {
 public:
  // `end_command` cancels the command that runs.
  Interrupts(async::Executor executor, std::function<void()> end_command);

  // From now on the first interrupt calls `react` instead of ending the command; nothing: back to ending it.
  void on_first(std::function<void()> react) { react_ = std::move(react); }

  int count() const { return count_; }
  // No longer listens, so that the event loop may end; from here on Ctrl-C ends the program as usual.
  void stop() {
    stopped_ = true;
    signals_.cancel();
    signals_.clear();
  }

 private:
  void listen();

  boost::asio::signal_set signals_;
  std::function<void()> end_command_, react_;
  int count_ = 0;
  bool stopped_ = false;
};

}  // namespace flowyard::controller::cli
