#include "tests/support/scripted_server.hpp"

#include <array>
#include <cctype>
#include <cstdlib>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace flowyard::test {

namespace {

std::size_t announced_length(std::string head) {
  for (char& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const std::string name = "\r\ncontent-length:";
  const auto at = head.find(name);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

bool send_all(int socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto count = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

Step respond(int status, const std::string& body, const std::string& type) {
  return send_bytes("HTTP/1.1 " + std::to_string(status) + " Scripted\r\nContent-Type: " + type +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

ScriptedServer::ScriptedServer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  endpoint().path.copy(address.sun_path, sizeof address.sun_path - 1);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool listens = ::pipe(stop_) == 0 &&
                       ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::listen(listener_, 128) == 0;
  if (!listens) throw std::runtime_error("the scripted server cannot listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::close(stop_[1]);
  acceptor_.join();
  for (auto& player : players_) player.join();
  ::close(stop_[0]);
  ::close(listener_);
}

http::Endpoint ScriptedServer::endpoint() const {
  return {.kind = http::Endpoint::Kind::Unix, .path = folder_ / "s", .host = {}, .port = 0};
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool ScriptedServer::wait_readable(int socket) const {
  std::array<pollfd, 2> waited{pollfd{socket, POLLIN, 0}, pollfd{stop_[0], POLLIN, 0}};
  return ::poll(waited.data(), waited.size(), -1) > 0 && waited[1].revents == 0;
}

void ScriptedServer::accept_all() {
  while (wait_readable(listener_)) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const auto number = static_cast<std::size_t>(connections_++);
    const Script script = number < scripts_.size() ? scripts_[number] : Script{};
    players_.emplace_back([this, socket, script] { play(socket, script); });
  }
}

void ScriptedServer::play(int socket, const Script& script) {
  std::string unread;
  bool alive = true;
  for (const Step& step : script) {
    if (!alive) break;
    switch (step.kind) {
      case Step::Kind::ReadRequest:
        alive = read_request_from(socket, unread);
        break;
      case Step::Kind::Send:
        alive = send_all(socket, step.bytes);
        break;
      case Step::Kind::Stall: {
        std::array<char, 4096> ignored;
        while (wait_readable(socket) && ::recv(socket, ignored.data(), ignored.size(), 0) > 0) {
        }
        alive = false;
        break;
      }
    }
  }
  ::close(socket);
  ++ended_;
}

bool ScriptedServer::read_request_from(int socket, std::string& unread) {
  std::array<char, 16384> piece;
  for (;;) {
    if (const auto end = unread.find("\r\n\r\n"); end != std::string::npos) {
      const std::size_t size = end + 4 + announced_length(unread.substr(0, end));
      if (unread.size() >= size) {
        const std::lock_guard lock(mutex_);
        requests_.push_back(unread.substr(0, size));
        unread.erase(0, size);
        return true;
      }
    }
    if (!wait_readable(socket)) return false;
    const auto count = ::recv(socket, piece.data(), piece.size(), 0);
    if (count <= 0) return false;
    unread.append(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace flowyard::test
