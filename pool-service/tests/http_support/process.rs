//! The real program: started on a free port, watched through what it writes, ended by its process id.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStderr, Command, Output, Stdio},
};

/// A running `hatsuban serve`; killed when dropped.
pub struct Served {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// `http://127.0.0.1:…`, as it announced it.
    pub url: String,
}

/// A `hatsuban` command on this data directory, with an environment of its own.
pub fn hatsuban(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hatsuban"));
    command.env_clear().arg("--data-directory").arg(data).args(arguments);
    command
}

/// Runs a command to its end.
pub fn run(data: &Path, arguments: &[&str]) -> Output {
    hatsuban(data, arguments).output().expect("it runs")
}

/// Runs a command that succeeds; gives what it printed.
#[track_caller]
pub fn succeed(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Runs a command that fails; gives its exit code and what it complained about.
#[track_caller]
pub fn fail(data: &Path, arguments: &[&str]) -> (i32, String) {
    let output = run(data, arguments);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    (output.status.code().expect("a code"), String::from_utf8(output.stderr).expect("UTF-8"))
}

impl Served {
    /// Starts a service and waits until it takes requests.
    #[track_caller]
    pub fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut command = hatsuban(data, &["--listen", "127.0.0.1:0", "serve"]);
        command.args(arguments);
        Self::start_as(command)
    }

    /// Starts a service by a command of the test's own.
    #[track_caller]
    pub fn start_as(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let Some(url) = line.trim().strip_prefix("listening on ").map(str::to_owned) else {
            let mut complaint = String::new();
            stderr.read_to_string(&mut complaint).expect("UTF-8");
            panic!("it did not start: {complaint}");
        };
        Self { child, stderr, url }
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.url.split_once("://").expect("a URL").1
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// One request on a connection of its own, from a page of the clinic; gives the whole answer.
    pub fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.authority()).expect("a connection");
        let (origin, length) = (super::ORIGIN, body.len());
        let head = format!("{head} HTTP/1.1\r\nhost: x\r\norigin: {origin}\r\nconnection: close\r\n");
        write!(stream, "{head}content-length: {length}\r\n\r\n{body}").expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        answer
    }

    /// One request of a call system with its token; gives the whole answer.
    pub fn ask_as(&self, token: &str, head: &str) -> String {
        let mut stream = TcpStream::connect(self.authority()).expect("a connection");
        write!(stream, "{head} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n")
            .expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        answer
    }

    /// Asks for the clinic's main number.
    pub fn lease(&self, session: &str) -> String {
        let body = format!(r#"{{"site":"st_clinic","session":"{session}","leases":[{{"target":"main"}}]}}"#);
        self.ask("POST /v1/leases", &body)
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until a log line contains this.
    pub fn wait_for_log(&mut self, text: &str) {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert!(self.stderr.read_line(&mut line).expect("UTF-8") > 0, "it ended without saying {text:?}");
        }
    }

    /// Waits for the end; gives the exit code.
    pub fn ended(mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }

    /// Ends in order; gives all that it logged and nobody read yet.
    pub fn log_to_the_end(mut self) -> String {
        self.signal("TERM");
        let mut log = String::new();
        self.stderr.read_to_string(&mut log).expect("UTF-8");
        self.child.wait().expect("it ends");
        log
    }

    /// Ends without a chance to tidy up.
    pub fn kill(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It has ended already in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
