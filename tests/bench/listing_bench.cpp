// Measures listings: makes a store of many experiments and leases, lets a controller run on it, and asks it
// from many connections at once, over its unix socket. Prints rates and latencies; nothing fails on a slow
// machine.
//
//   listing_bench PROGRAM [EXPERIMENTS LEASES CLIENTS SECONDS]     PROGRAM: build/release/bin/flowyard
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "controller/store/connection.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace flowyard;
using Clock = std::chrono::steady_clock;

struct Settings {
  std::string program;
  int experiments = 1'000, leases = 100'000, clients = 200, seconds = 5;
};

// All at once, and not through the store's methods, each of which is a transaction.
void fill(const std::string& folder, const Settings& settings) {
  const auto file = controller::store::store_file(folder);
  { const controller::store::Store made(file); }
  const auto experiments = std::to_string(settings.experiments), leases = std::to_string(settings.leases);
  controller::store::Connection store(file, controller::store::Connection::Access::Write);
  store.execute(
      "BEGIN;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      experiments +
      ")"
      " INSERT INTO experiments (name, state, submitted, finished, scenarios, fleet, file_name, text)"
      " SELECT 'study-' || i, 'succeeded', 1700000000000 + i, 1700000060000 + i, 1000, 'process',"
      "   'study.yaml', 'name: study' FROM n;"
      "INSERT INTO workers (name, experiment, pool, scenario, attempt, state, stop_wanted, fleet, handle,"
      "   cause, reason, created, ready, runs, cpu_seconds, compute_seconds, memory_bytes, last_heard)"
      " SELECT 'worker-' || id, id, 0, '', 1, 'ready', 0, 'process', '', 'none', '', 0, 200, 1000, 1, 1,"
      "   0, 0 FROM experiments;"
      "UPDATE workers SET state = 'gone';"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " +
      leases +
      ")"
      " INSERT INTO leases (experiment, worker, token, first, count, committed, own_tries,"
      "   infrastructure_tries, state, opened, last_progress)"
      " SELECT 1 + i % " +
      experiments + ", 1 + i % " + experiments + ", 't', i / " + experiments +
      " * 10, 10, 10, 0, 0, 'done', 0, 0 FROM n;"
      "INSERT INTO chunks (experiment, lease, chunk, worker, first, count, compute_seconds, body, body_bytes)"
      " SELECT experiment, id, 0, worker, first, 10, 0.01, x'00', 1 FROM leases;"
      "COMMIT;");
}

class Controller {
 public:
  Controller(const Settings& settings, const std::string& data, const std::string& run)
      : socket_(run + "/controller.sock") {
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execl(settings.program.c_str(), "flowyard", "controller", "run", "--fleet", "process", "--log-level",
              "error", "--data", data.c_str(), "--run-dir", run.c_str(), nullptr);
      std::perror(settings.program.c_str());
      ::_exit(1);
    }
  }
  ~Controller() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Controller(const Controller&) = delete;

  int connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket_.c_str(), sizeof address.sun_path - 1);
    const int connection = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return connection;
    ::close(connection);
    return -1;
  }
  void wait() const {
    for (int tries = 0; tries < 600; ++tries) {
      if (const int connection = connect(); connection >= 0) {
        ::close(connection);
        return;
      }
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
      ::usleep(50'000);
    }
    throw std::runtime_error("the controller does not come up");
  }
  // Processor time it has used so far.
  double cpu_seconds() const {
    long user = 0, system = 0;
    if (auto* stat = std::fopen(("/proc/" + std::to_string(pid_) + "/stat").c_str(), "r")) {
      if (std::fscanf(stat, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
                      &system) != 2)
        user = system = 0;
      std::fclose(stat);
    }
    return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

 private:
  std::string socket_;
  pid_t pid_ = -1;
};

// One connection that asks again as soon as it is answered.
struct Client {
  int connection = -1;
  std::string answer;
  std::size_t wanted = 0;  // bytes of the whole answer, once its head is here
  Clock::time_point asked;

  void ask(const std::string& request) {
    answer.clear();
    wanted = 0;
    asked = Clock::now();
    if (::send(connection, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
      throw std::runtime_error("a request was not taken");
  }
  // Whether the answer is whole.
  bool read() {
    std::array<char, 65536> bytes;
    const auto got = ::recv(connection, bytes.data(), bytes.size(), 0);
    if (got <= 0) throw std::runtime_error("the controller hung up");
    answer.append(bytes.data(), static_cast<std::size_t>(got));
    const auto head = answer.find("\r\n\r\n");
    if (wanted == 0 && head != std::string::npos) {
      if (answer.compare(0, 12, "HTTP/1.1 200") != 0) throw std::runtime_error(answer.substr(0, 200));
      const auto length = answer.find("Content-Length: ");
      if (length > head) throw std::runtime_error("an answer without a length");
      wanted = head + 4 + std::stoul(answer.substr(length + 16));
    }
    return wanted > 0 && answer.size() >= wanted;
  }
};

void measure(const Controller& controller, const Settings& settings, const std::string& path) {
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::vector<Client> clients(static_cast<std::size_t>(settings.clients));
  const int events = ::epoll_create1(EPOLL_CLOEXEC);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i].connection = controller.connect();
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    ::epoll_ctl(events, EPOLL_CTL_ADD, clients[i].connection, &event);
    clients[i].ask(request);
  }
  std::vector<double> milliseconds;
  const double cpu_before = controller.cpu_seconds();
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::seconds(settings.seconds);
  std::size_t bytes = 0;
  std::array<epoll_event, 256> ready;
  while (Clock::now() < end) {
    const int count = ::epoll_wait(events, ready.data(), static_cast<int>(ready.size()), 1'000);
    for (int i = 0; i < count; ++i) {
      auto& client = clients[ready[static_cast<std::size_t>(i)].data.u64];
      if (!client.read()) continue;
      bytes = client.answer.size();
      milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - client.asked).count());
      client.ask(request);
    }
  }
  const double cpu = controller.cpu_seconds() - cpu_before;
  for (const auto& client : clients) ::close(client.connection);
  ::close(events);
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto at = [&](double share) {
    return milliseconds.empty()
               ? 0
               : milliseconds[static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1))];
  };
  const auto answers = static_cast<double>(milliseconds.size());
  std::printf("%-34s %8.0f /s   p50 %6.1f ms   p99 %6.1f ms   %7.3f ms of CPU each   %7zu bytes\n",
              path.c_str(), answers / settings.seconds, at(0.5), at(0.99), 1e3 * cpu / std::max(answers, 1.0),
              bytes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: listing_bench PROGRAM [EXPERIMENTS LEASES CLIENTS SECONDS]\n");
    return 2;
  }
  Settings settings{.program = argv[1]};
  int* const numbers[] = {&settings.experiments, &settings.leases, &settings.clients, &settings.seconds};
  for (int i = 2; i < argc && i < 6; ++i) *numbers[i - 2] = std::atoi(argv[i]);
  const test::TemporaryFolder folder;
  const std::string data = folder / "data", run = folder / "run";
  std::filesystem::create_directories(data);
  fill(data, settings);
  std::printf("%d experiments, %d leases, %d clients\n", settings.experiments, settings.leases,
              settings.clients);
  const Controller controller(settings, data, run);
  controller.wait();
  for (const char* path : {"/api/v1/experiments?limit=20", "/api/v1/experiments", "/metrics"})
    measure(controller, settings, path);
  return 0;
}
