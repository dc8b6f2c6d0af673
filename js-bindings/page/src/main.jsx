import { render } from 'preact'
import { App } from './App.jsx'
import './style.css'

render(<App />, /** @type {HTMLElement} */ (document.getElementById('app')))
