'use client'

import { useRef, useState } from 'react'
import { readAnswer } from './readAnswer.js'

/** A chat that shows answers as they are made. */
export default function Page() {
  const [messages, setMessages] = useState([])
  const [problem, setProblem] = useState('')
  const running = useRef(undefined)

  async function ask(question) {
    running.current?.abort()
    setProblem('')
    const asked = [...messages, { role: 'user', content: question }]
    let answer = ''
    const show = () => setMessages([...asked, { role: 'assistant', content: answer }])
    const stopped = new AbortController()
    running.current = stopped
    show()
    try {
      for await (const piece of readAnswer(asked, stopped.signal)) {
        answer += piece
        show()
      }
    } catch (error) {
      if (error.name !== 'AbortError') setProblem(error.message)
    }
  }

  return (
    <main>
      <h1>Realm in Next.js</h1>
      <div aria-live="polite">
        {messages.map(({ role, content }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages are only ever added at the end
          <p key={index} style={{ whiteSpace: 'pre-wrap', fontWeight: role === 'user' ? 'bold' : 'normal' }}>
            {content || '…'}
          </p>
        ))}
        {problem && <p role="alert">{problem}</p>}
      </div>
      <form action={(form) => void ask(form.get('question'))}>
        <input name="question" aria-label="Question" required autoComplete="off" />{' '}
        <button type="submit">Ask</button>{' '}
        <button type="button" onClick={() => running.current?.abort()}>
          Stop
        </button>
      </form>
    </main>
  )
}
