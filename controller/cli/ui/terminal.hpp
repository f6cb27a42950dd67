// Terminal: where a command writes to. Results go to out; progress, notes and errors to err, so that out can
// be piped. Owned by the session.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "controller/cli/environment.hpp"
#include "controller/cli/ui/clean_stream.hpp"

namespace flowyard::controller::cli {

enum class Color { None, Green, Red, Yellow, Faint };

class Terminal {
 public:
  // NO_COLOR (any value but the empty one) and TERM=dumb keep colours away; so does not being a terminal.
  Terminal(const CliEnvironment& environment, bool quiet);

  // For people: control characters are removed.
  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  // For programs, byte by byte, unless out is a terminal: then as out().
  std::ostream& data();
  // One line on err, unless -q was given.
  void note(std::string_view line);

  bool quiet() const { return quiet_; }
  bool shows_progress_bars() const { return err_is_terminal_ && !dumb_ && !quiet_; }
  int width() const { return width_; }  // of the terminal; 0: no limit
  // Of out: 0 where it is no terminal, and so has no limit; 80 where a terminal does not tell.
  int out_width() const { return !out_is_terminal_ ? 0 : width_ > 0 ? width_ : 80; }
  bool out_is_terminal() const { return out_is_terminal_; }

  // `text` in that colour where out (or err) takes colours.
  Painted out_colored(std::string text, Color color) const;
  Painted err_colored(std::string text, Color color) const;
  // Puts `line` in the place of err's current one.
  void redraw(std::string_view line);

 private:
  std::ostream& raw_out_;
  CleanStream out_, err_;
  bool quiet_, out_is_terminal_, err_is_terminal_, dumb_, colorless_;
  int width_;
};

}  // namespace flowyard::controller::cli
